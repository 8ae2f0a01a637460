<!DOCTYPE html>
<html <?php language_attributes(); ?>>
<head><meta charset="UTF-8"><?php wp_head(); ?></head>
<body <?php body_class(); ?>><?php wp_body_open(); ?>
<main>
<?php while (have_posts()) { the_post(); ?>
<article <?php post_class(); ?>>
<h2><a href="<?php the_permalink(); ?>"><?php the_title(); ?></a></h2>
<div class="entry-content"><?php the_content(); wp_link_pages(); ?></div>
</article>
<?php if (is_singular()) { comments_template(); } } the_posts_pagination(); ?>
</main>
<?php wp_footer(); ?>
</body>
</html>
